-- Creates a table as the contract designs it. Key constraints inform the planner, nobody enforces them (C10.1).
-- target: table; columns: list of definitions; distribution, sort: clauses. Returns nothing.
CREATE TABLE IF NOT EXISTS {{target}} (
  {{columns}}
)
{{distribution}}
{{sort}}
