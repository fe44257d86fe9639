"""The steps of a leaderboard inside Redis. See `cache.boards` for what they mean together.

In a board's one sorted set stand, by score: the rows, below zero; the mark of a complete board, the empty string
at zero; and beside each member, above zero, the sequence of the entry that they were last judged by.
"""

from cache.scripts import Script

# From ARGV[first]: score (zero and more: not listed), member, sequence, and so on.
_SET = """
local function judge(key, first, again)
    for i = first, #ARGV, 3 do
        local score, member, seq = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
        local guard = '\\0' .. member
        local held = tonumber(redis.call('ZSCORE', key, guard) or 0)
        if seq > held or (again and seq == held) then
            redis.call('ZADD', key, seq, guard)
            if tonumber(score) < 0 then
                redis.call('ZADD', key, score, member)
            else
                redis.call('ZREM', key, member)
            end
        end
    end
end
"""

# KEYS: the board, its successor while it is being rebuilt. ARGV: time to live, then what to set.
PUT = Script(
    _SET
    + """
    for _, key in ipairs(KEYS) do
        if redis.call('EXISTS', key) == 1 then judge(key, 2, true) end
    end
    if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
    """
)
# ARGV: the first position, how many.
PAGE = Script(
    """
    local size = redis.call('ZRANK', KEYS[1], '')
    if not size then return false end
    local first = tonumber(ARGV[1])
    local last = math.min(first + tonumber(ARGV[2]), size) - 1
    if last < first then return {} end
    return redis.call('ZRANGE', KEYS[1], first, last, 'WITHSCORES')
    """
)
RANK = Script(
    """
    if not redis.call('ZSCORE', KEYS[1], '') then return false end
    local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
    if not score or tonumber(score) >= 0 then return false end
    return {redis.call('ZRANK', KEYS[1], ARGV[1]), score}
    """
)
SIZE = Script("return redis.call('ZRANK', KEYS[1], '')")
# The builder's token is a member of the successor, so that only its own chunks and its own end count.
BEGIN = Script(
    """
    if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
    redis.call('ZADD', KEYS[1], '+inf', ARGV[1])
    return redis.call('EXPIRE', KEYS[1], ARGV[2])
    """
)
# A value put meanwhile is kept also against a row of the same sequence, which may have been read before.
ADD = Script(
    _SET
    + """
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
    judge(KEYS[1], 3, false)
    return redis.call('EXPIRE', KEYS[1], ARGV[2])
    """
)
FINISH = Script(
    """
    if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
    redis.call('ZADD', KEYS[1], 0, '')
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
