-- The key of an id: its 128 bits; of what is no content id, the bits of its MD5.
CREATE OR REPLACE MACRO id_key(id) AS coalesce(TRY_CAST(substr(id, 4) AS UUID), CAST(md5(id) AS UUID));

-- Bounds of the 95 % Wilson score interval of k of n (Wilson 1927), z = 1.959964; NULL for n = 0.
CREATE OR REPLACE MACRO wilson_low(k, n) AS
    CASE WHEN n > 0 THEN greatest(0.0, (
        k + 1.920729 - 1.959964 * sqrt(k * (n - k) / n + 0.960365)
    ) / (n + 3.841459)) END;

CREATE OR REPLACE MACRO wilson_high(k, n) AS
    CASE WHEN n > 0 THEN least(1.0, (
        k + 1.920729 + 1.959964 * sqrt(k * (n - k) / n + 0.960365)
    ) / (n + 3.841459)) END;
