/** Long polling of the gate: it holds a rollout's poll until its result matters, so the rollout reacts to a flag without delay. */

/**
 * Seconds from a response to the next poll. Argo Rollouts stores times in whole seconds: with half a second it would poll
 * continuously in the second half of each.
 */
export const retrySeconds = 1;

/**
 * Maximum time that a poll is pending, seconds. A shorter time causes more polls, and more changes between two polls. With a longer
 * time, a rollout receives `off` later if the gate's node disappears without closing its connections.
 */
export const longPollSeconds = 10;

/**
 * Time that a rollout waits for a response, seconds. After this timeout the poll is an error, and Argo Rollouts polls again 10 s later
 * (its interval after an error).
 */
export const answerSeconds = longPollSeconds + 5;

/** Maximum pending polls of one gate. Further ones receive an immediate response and are repeated after `retrySeconds`. */
export const maxPendingPolls = 200;

/** Concurrent analyses of Argo Rollouts, whose default is 30: each pending poll at either of two gates occupies one. */
export const analysisThreads = 2 * maxPendingPolls + 100;
