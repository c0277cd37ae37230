import type { components } from '../generated/api.ts';

// What the pages beside the board show, by their names: see ../wire.ts.

type Schemas = components['schemas'];

export type OwnerRow = Schemas['OwnerReport'];
export type ChannelRow = Schemas['ResponseTimes'];
/** A time in which a channel could not be seen. */
export type BlindSpan = Schemas['BlindSpan'];

export type Client = Schemas['Client'];
export type Suggestion = Schemas['Suggestion'];
export type Join = Schemas['Join'];

export type SimulatedTotals = Schemas['Tally'];
export type Simulation = Schemas['Simulation'];

/** What of a channel was kept aside: it counts as nothing. */
export type KeptAside = Schemas['KeptAside'];
