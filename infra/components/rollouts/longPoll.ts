/** How a region's rollouts ask their gate: a question is kept until its answer matters, so that a rollout hears of a flag when its gate does. */

/**
 * Seconds from an answer to the next question. Argo Rollouts writes times down in whole seconds: with half a second it would ask
 * without end in the second half of each.
 */
export const retrySeconds = 1;

/**
 * Longest that a question is kept, seconds. Shorter: more is asked, and more changes fall between two questions. Longer: off is heard
 * later where the gate's node is gone without a word.
 */
export const longPollSeconds = 10;

/**
 * Time that a rollout waits for an answer, seconds: what is silent for longer counts as a gate that does not answer, which is asked
 * again 10 s later (Argo Rollouts' own time after an error).
 */
export const answerSeconds = longPollSeconds + 5;

/** Questions that one gate keeps at a time. Further ones are answered at once, and asked again after `retrySeconds`. */
export const maxPendingPolls = 200;

/** Analyses that Argo Rollouts has in hand at a time, its own default being 30: each question that is kept takes one, by either of two gates. */
export const analysisThreads = 2 * maxPendingPolls + 100;
