import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Channel, Person } from './wire.ts';

/** Names of ids. An unknown id is shown as it is. */
export interface Directory {
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  personName(id: string): string;
  channelName(id: string): string;
  channelKind(id: string): string;
}

const DirectoryContext = createContext<Directory | null>(null);

function directoryOf(people: readonly Person[], channels: readonly Channel[]): Directory {
  const names = new Map(people.map((person) => [person.id, person.name]));
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  return {
    people,
    channels,
    personName: (id) => names.get(id) ?? id,
    channelName: (id) => byId.get(id)?.name ?? id,
    channelKind: (id) => byId.get(id)?.kind ?? '',
  };
}

interface Props {
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly children: ReactNode;
}

export function DirectoryProvider({ people, channels, children }: Props) {
  const directory = useMemo(() => directoryOf(people, channels), [people, channels]);
  return <DirectoryContext value={directory}>{children}</DirectoryContext>;
}

export function useDirectory(): Directory {
  const directory = useContext(DirectoryContext);
  if (directory === null) throw new Error('useDirectory outside of DirectoryProvider');
  return directory;
}
