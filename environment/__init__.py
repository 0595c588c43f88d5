"""What the agents live in: parameters and scenario, luck, market, funds, payroll, law, people and the books.

`environment.model` holds the World that puts agents and surroundings together, and is the only module here
that imports `agents`; market, funds, law and books stand alone.
"""
