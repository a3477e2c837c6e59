/** The topic that drills write, and an app that reads it. */
export const drillTopic = { topic: "orders", reader: "storefront" } as const;
