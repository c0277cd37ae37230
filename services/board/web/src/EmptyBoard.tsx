import { IconMessageCheck } from '@tabler/icons-react';
import { useDirectory } from './directory.tsx';
import { useTexts } from './locale.tsx';

/** The best state of the board, and it looks so. */
export function EmptyBoard({ person }: { readonly person: string | null }) {
  const texts = useTexts();
  const { personName } = useDirectory();
  return (
    <div className="empty">
      <span className="empty__icon">
        <IconMessageCheck size={44} stroke={1.4} aria-hidden="true" />
      </span>
      <h2>{person === null ? texts.nobodyWaits : texts.nobodyWaitsFor(personName(person))}</h2>
      <p>{texts.nobodyWaitsHint}</p>
    </div>
  );
}
