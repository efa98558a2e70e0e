-- Takes a token. A bucket is kept as the moment at which it will be full again, in microseconds; a full one is
-- not kept at all. KEYS: the bucket. ARGV: how long one token takes to come, and a whole bucket.
-- Returns 0, or how long the next token takes.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local token, bucket = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + token
if full - now > bucket then
  -- A clock that was set back must not close a bucket for longer than it takes to fill.
  return math.min(full - now - bucket, bucket)
end
-- Not tostring: it keeps 14 digits, and this has 16.
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0
