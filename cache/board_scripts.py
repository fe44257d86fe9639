"""The steps of a leaderboard inside Redis. See `cache.boards` for what they mean together."""

from cache.scripts import Script

# KEYS: the board, its successor while it is being rebuilt. ARGV: time to live, then score, member, ...
PUT = Script(
    """
    for _, key in ipairs(KEYS) do
        if redis.call('EXISTS', key) == 1 then
            for i = 2, #ARGV, 2 do redis.call('ZADD', key, 'LT', ARGV[i], ARGV[i + 1]) end
        end
    end
    if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
    """
)
PAGE = Script(
    """
    if not redis.call('ZSCORE', KEYS[1], '') then return false end
    return redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')
    """
)
RANK = Script(
    """
    if not redis.call('ZSCORE', KEYS[1], '') then return false end
    local place = redis.call('ZRANK', KEYS[1], ARGV[1])
    if not place then return false end
    return {place, redis.call('ZSCORE', KEYS[1], ARGV[1])}
    """
)
SIZE = Script(
    """
    if not redis.call('ZSCORE', KEYS[1], '') then return false end
    return redis.call('ZCARD', KEYS[1]) - 1
    """
)
# The builder's token is a member of the successor, so that only its own chunks and its own end count.
BEGIN = Script(
    """
    if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
    redis.call('ZADD', KEYS[1], '+inf', ARGV[1])
    return redis.call('EXPIRE', KEYS[1], ARGV[2])
    """
)
ADD = Script(
    """
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
    for i = 3, #ARGV, 2 do redis.call('ZADD', KEYS[1], 'LT', ARGV[i], ARGV[i + 1]) end
    return redis.call('EXPIRE', KEYS[1], ARGV[2])
    """
)
FINISH = Script(
    """
    if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
    redis.call('ZADD', KEYS[1], '+inf', '')
    redis.call('RENAME', KEYS[1], KEYS[2])
    return redis.call('EXPIRE', KEYS[2], ARGV[2])
    """
)
# Only the builder itself clears away what it left unfinished.
ABANDON = Script(
    """
    if redis.call('ZSCORE', KEYS[1], ARGV[1]) then redis.call('DEL', KEYS[1]) end
    """
)
