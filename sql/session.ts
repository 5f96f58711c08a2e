/** How the sessions of a load are set: by each transaction for itself, and by bootstrap for what is sent alone. */

/** The group that the warehouse's queues know the loads by (C10.5). */
export const queryGroup = "sluice";
/** No statement of a load takes longer; run-statements allows 7 hours (B4.1). */
export const longestStatementSeconds = 4 * 3600;
