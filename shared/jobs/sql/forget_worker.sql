-- $1 name: it ended in good order.
DELETE FROM workers WHERE name = $1
