-- name: filter_near
-- question: Which texts are similar, and how much?
-- grain: one row per pair
-- param: scope VARCHAR -- traces or problems
-- param: method VARCHAR -- the definition of the comparison
SELECT a, b, similarity FROM near_duplicates WHERE scope = $scope AND method = $method ORDER BY a, b
