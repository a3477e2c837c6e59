/** The accounting of a drill with Kafka: counts of acknowledged, delivered and stored records, and the rules that they must fulfil. */

/** Place of a record. */
export interface Place {
  readonly region: string;
  /** Name of the topic in that region: its own, or with the prefix of the region that it is mirrored from. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A record of the drill at a place. Every record has a number of its own. */
export interface Numbered extends Place {
  readonly number: number;
}

/** A record that a consumer received. */
export interface Delivery extends Numbered {
  /** Session of the consumer: from its start to its end or its failure. Later sessions have higher numbers. */
  readonly session: number;
}

/** An offset of a session of the consumer: where it starts to read a partition, or what it has committed. */
export interface GroupOffset extends Place {
  readonly session: number;
}

/** A flow that copies the topic. */
export interface CopyFlow {
  readonly from: string;
  readonly to: string;
  /** Name of the copy. */
  readonly topic: string;
}

/** Observations of one drill. */
export interface Observations {
  /** Name of the topic in its own region. */
  readonly topic: string;
  readonly flows: readonly CopyFlow[];
  /** Acknowledged by all in-sync replicas. */
  readonly acknowledged: readonly Numbered[];
  /** Numbers of records that were sent, and neither acknowledged nor refused: Kafka may have them or not. */
  readonly uncertain: readonly number[];
  /** In the order of delivery. */
  readonly deliveries: readonly Delivery[];
  readonly starts: readonly GroupOffset[];
  /** Acknowledged commits. */
  readonly commits: readonly GroupOffset[];
  /** All records of the drill that all regions have at its end, copies included. */
  readonly stored: readonly Numbered[];
  /** The loss of a region. Absent: no region was lost. */
  readonly loss?: Loss;
}

/** The loss of a region, as the drill observed it. */
export interface Loss {
  readonly region: string;
  /** Region in which the group continued. */
  readonly continuedIn: string;
  /** Numbers of the lost region's records that the region which continued had at the loss. */
  readonly copied: readonly number[];
  /** First session in the region that continued, and first session after the return. */
  readonly sessions: { readonly elsewhere: number; readonly back: number };
}

/** Counts of records. */
export interface Account {
  readonly acknowledged: number;
  /** Acknowledged records that the group received. */
  readonly delivered: number;
  /** Records that the group received in the region that continued although it had received them before the loss. */
  readonly reread: number;
  /** Records acknowledged in the lost region that the region which continued did not have at the loss. */
  readonly tail: number;
  /** Records that the group received after the return although it had received them before. */
  readonly failbackDuplicates: number;
  /** Records that a mirror copied more than once: after a kill, it copies the last records again. */
  readonly copiedAgain: number;
  /** Acknowledged records that the group never received. Must be 0. */
  readonly skipped: readonly number[];
  /** Acknowledged records that are not at their place, or that a copy lacks. Must be 0. */
  readonly missing: readonly number[];
  /** Records in a topic that no writer and no flow has put them in, or twice in the topic that they were written to. Must be 0. */
  readonly looped: readonly number[];
  /** Deliveries that no committed or translated offset explains: before a session's start, or a second time in it. Must be 0. */
  readonly unexplained: readonly number[];
  /** Partitions that a session started to read before an offset that an earlier one had committed in that region. Must be 0. */
  readonly rewound: readonly string[];
}

/** The account of a drill. Pure. */
export function accountOf(observations: Observations): Account {
  const { acknowledged, deliveries, loss } = observations;
  const received = new Set(deliveries.map(({ number }) => number));
  const acknowledgedNumbers = acknowledged.map(({ number }) => number);
  return {
    acknowledged: acknowledged.length,
    delivered: acknowledgedNumbers.filter((number) => received.has(number)).length,
    ...lossCounts(observations, loss),
    skipped: acknowledgedNumbers.filter((number) => !received.has(number)),
    missing: missingRecords(observations),
    ...strayRecords(observations),
    unexplained: unexplainedDeliveries(observations),
    rewound: rewoundPartitions(observations),
  };
}

/** Violations of the rules, as text. Empty: nothing was lost, skipped, looped or delivered without reason. */
export function violations(account: Account): string[] {
  const rules = [
    ["acknowledged, and never delivered to the group", account.skipped],
    ["acknowledged, and missing in its topic or in a copy", account.missing],
    ["in a topic that neither its writer nor a mirror of its region writes to", account.looped],
    ["delivered although the group's offset was behind it", account.unexplained],
  ] as const;
  const found = rules.map(([text, numbers]) => [`records ${text}`, numbers] as const);
  const rewound = ["partitions started before a committed offset", account.rewound] as const;
  return [...found, rewound].flatMap(([text, which]) =>
    which.length === 0
      ? []
      : [`${which.length} ${text}, expected 0: ${which.slice(0, 5).join(", ")}`],
  );
}

/** One line for a report. */
export function formatAccount(account: Account): string {
  const { acknowledged, delivered, reread, tail, failbackDuplicates, copiedAgain } = account;
  return (
    `${acknowledged} acknowledged, ${delivered} delivered, ${reread} re-read, ${tail} not copied at the loss, ` +
    `${failbackDuplicates} delivered again after the return, ${copiedAgain} copied twice`
  );
}

function lossCounts(
  { acknowledged, deliveries }: Observations,
  loss: Loss | undefined,
): Pick<Account, "reread" | "tail" | "failbackDuplicates"> {
  if (loss === undefined) return { reread: 0, tail: 0, failbackDuplicates: 0 };
  const { elsewhere, back } = loss.sessions;
  const copied = new Set(loss.copied);
  const numbers = (suits: (session: number) => boolean) =>
    new Set(deliveries.filter(({ session }) => suits(session)).map(({ number }) => number));
  const [before, between, after] = [
    numbers((session) => session < elsewhere),
    numbers((session) => session >= elsewhere && session < back),
    numbers((session) => session >= back),
  ];
  return {
    reread: [...between].filter((number) => before.has(number)).length,
    tail: acknowledged.filter(({ region, number }) => region === loss.region && !copied.has(number))
      .length,
    failbackDuplicates: [...after].filter((number) => before.has(number) || between.has(number))
      .length,
  };
}

function missingRecords({ topic, flows, acknowledged, stored }: Observations): number[] {
  const places = new Map(stored.map((record) => [placeOf(record), record.number]));
  const copies = new Set(stored.map((one) => `${one.region}/${one.topic}/${one.number}`));
  return acknowledged
    .filter(
      (record) =>
        places.get(placeOf({ ...record, topic })) !== record.number ||
        flows.some(
          ({ from, to, topic: copy }) =>
            from === record.region && !copies.has(`${to}/${copy}/${record.number}`),
        ),
    )
    .map(({ number }) => number);
}

/** Each record belongs once into the topic that it was written to, and into the copies of that region. */
function strayRecords(observations: Observations): Pick<Account, "looped" | "copiedAgain"> {
  const { topic, flows, stored, acknowledged, uncertain } = observations;
  const origin = new Map(acknowledged.map(({ number, region }) => [number, region]));
  const mayBe = new Set(uncertain);
  const seen = new Set<string>();
  const looped: number[] = [];
  let copiedAgain = 0;
  for (const { number, region, topic: found } of stored) {
    const own = found === topic;
    const from = own ? region : flows.find((one) => one.to === region && one.topic === found)?.from;
    const expected = origin.get(number) ?? (mayBe.has(number) ? from : undefined);
    const place = `${region}/${found}/${number}`;
    const again = seen.has(place);
    seen.add(place);
    // The region of an uncertain record is that of the first place where it is found.
    if (expected !== undefined) origin.set(number, expected);
    if (from === undefined || expected !== from || (own && again)) looped.push(number);
    else if (again) copiedAgain += 1;
  }
  return { looped, copiedAgain };
}

/** Within a session, each partition is read upwards from the session's start. */
function unexplainedDeliveries({ deliveries, starts }: Observations): number[] {
  const next = new Map(starts.map((start) => [sessionKey(start), start.offset]));
  return deliveries.flatMap((delivery) => {
    const expected = next.get(sessionKey(delivery));
    if (expected === undefined || delivery.offset < expected) return [delivery.number];
    next.set(sessionKey(delivery), delivery.offset + 1);
    return [];
  });
}

function rewoundPartitions({ starts, commits }: Observations): string[] {
  return starts.flatMap(({ session, region, topic, partition, offset }) => {
    const rewound = commits.some(
      (commit) =>
        commit.session < session &&
        commit.offset > offset &&
        commit.region === region &&
        commit.topic === topic &&
        commit.partition === partition,
    );
    return rewound ? [`${region}/${topic}/${partition}`] : [];
  });
}

function sessionKey({ session, region, topic, partition }: GroupOffset | Delivery): string {
  return `${session}/${region}/${topic}/${partition}`;
}

function placeOf({ region, topic, partition, offset }: Place): string {
  return `${region}/${topic}/${partition}/${offset}`;
}
