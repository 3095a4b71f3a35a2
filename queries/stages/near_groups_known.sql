-- name: near_groups_known
-- question: Which groups were compared already?
-- grain: one row per group
-- param: scope VARCHAR -- traces or problems
-- param: method VARCHAR -- the definition of the comparison
SELECT group_id, members FROM near_groups WHERE scope = $scope AND method = $method
