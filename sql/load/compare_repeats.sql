-- Leaves of the repeats those that say the same in all tracked columns as the statement before them; they make no version.
-- said, repeats: literals, the tables' quoted names; key_columns, tracked: literals, quoted names with commas between, the
-- latter each with an s before it for SUPER, else a v.
CALL sluice.compare_repeats({{said}}, {{repeats}}, {{key_columns}}, {{tracked}})
