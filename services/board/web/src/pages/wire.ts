import type { components } from '../generated/api.ts';

// Types of the API for these pages: see ../wire.ts.

type Schemas = components['schemas'];

export type OwnerRow = Schemas['OwnerReport'];
export type ChannelRow = Schemas['ResponseTimes'];
export type BlindSpan = Schemas['BlindSpan'];

export type Client = Schemas['Client'];
export type Suggestion = Schemas['Suggestion'];
export type Join = Schemas['Join'];

export type SimulatedTotals = Schemas['Tally'];
export type Simulation = Schemas['Simulation'];

export type KeptAside = Schemas['KeptAside'];
