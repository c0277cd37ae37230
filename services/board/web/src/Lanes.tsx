import { useMemo, useRef } from 'react';
import { OwnerLane } from './OwnerLane.tsx';
import { useGlide } from './useGlide.ts';
import { lanesOf } from './waits.ts';
import type { Wait } from './wire.ts';

/** Enough for a wall, light for a phone. */
const CARDS_AT_FIRST = 60;
const LEAST_PER_LANE = 8;

interface Props {
  readonly waits: readonly Wait[];
  readonly onOpen: (id: string) => void;
}

export function Lanes({ waits, onOpen }: Props) {
  const lanes = useMemo(() => lanesOf(waits), [waits]);
  const list = useRef<HTMLDivElement>(null);
  useGlide(list);
  const cap = Math.max(LEAST_PER_LANE, Math.floor(CARDS_AT_FIRST / Math.max(1, lanes.length)));
  return (
    <div className="lanes" ref={list} data-lanes={Math.min(lanes.length, 4)}>
      {lanes.map((lane) => (
        <OwnerLane key={lane.owner} lane={lane} cap={cap} onOpen={onOpen} />
      ))}
    </div>
  );
}
