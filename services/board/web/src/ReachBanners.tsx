import { Button } from '@mantine/core';
import { refusalReason } from '@otklik/texts/shared';
import { IconBellOff, IconUserOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useLanguage, useTexts } from './locale.tsx';
import { CheckDialog } from './pages/PersonDialogs.tsx';
import { useReach } from './queries.ts';
import type { Me, Transport } from './wire.ts';
import { asSentence, firstOf } from './wording.ts';

/** More do not fit a banner. */
const NAMED_AT_MOST = 5;

/** Pings that reach nobody are worse than none. */
export function ReachBanners({ me }: { readonly me: Me }) {
  const { data } = useReach();
  const transports = data?.transports ?? [];
  const unheard = data?.unheard_waits ?? 0;
  // Told by its own webhook alone, the company has nobody to reach.
  const deaf = transports.length === 0 ? [] : (data?.items ?? []).filter(({ reachable }) => !reachable);
  const isEverybody = deaf.length > 0 && deaf.length === data?.items.length;
  return (
    <>
      {transports.map((each) => (each.up ? null : <ClosedBanner key={each.transport} transport={each} />))}
      {(unheard > 0 || isEverybody) && <UnheardBanner me={me} unheard={unheard} />}
      {deaf.length > 0 && !isEverybody && (
        <UnreachableBanner me={me} names={deaf.map(({ name }) => name)} first={deaf[0]?.id} />
      )}
    </>
  );
}

function ClosedBanner({ transport: { transport, problem } }: { readonly transport: Transport }) {
  const { texts, locale } = useLanguage();
  const reason = problem === null ? null : refusalReason(transport, problem);
  return (
    <div className="down-banner" role="alert">
      <IconBellOff size={22} stroke={1.8} aria-hidden="true" />
      <div>
        <strong>{texts.closedTitle[transport]}</strong>
        {reason && <span className="down-banner__why">{asSentence(reason[locale])}</span>}
        <span className="down-banner__hint">{texts.closedHint[transport]}</span>
      </div>
    </div>
  );
}

function UnheardBanner({ me, unheard }: { readonly me: Me; readonly unheard: number }) {
  const texts = useTexts();
  return (
    <div className="down-banner" data-loud role="alert">
      <IconBellOff size={22} stroke={1.8} aria-hidden="true" />
      <div>
        <strong>{unheard > 0 ? texts.unheardTitle(unheard) : texts.nobodyReachable}</strong>
        <span className="down-banner__hint">{texts.unheardHint}</span>
      </div>
      <CheckButton me={me} />
    </div>
  );
}

function UnreachableBanner({
  me,
  names,
  first,
}: {
  readonly me: Me;
  readonly names: readonly string[];
  readonly first: string | undefined;
}) {
  const texts = useTexts();
  return (
    <div className="down-banner" role="alert">
      <IconUserOff size={22} stroke={1.8} aria-hidden="true" />
      <div>
        <strong>{texts.unreachableTitle(firstOf(names, NAMED_AT_MOST, texts.andMore))}</strong>
        <span className="down-banner__hint">{texts.unreachableHint}</span>
      </div>
      <CheckButton me={me} {...(first !== undefined && { first })} />
    </div>
  );
}

/** Owners check themselves only; the server decides. */
function CheckButton({ me, first }: { readonly me: Me; readonly first?: string }) {
  const texts = useTexts();
  const [opened, setOpened] = useState(false);
  if (me.role === 'ops' || (me.role === 'owner' && me.person === null)) return null;
  const whom = me.role === 'owner' ? {} : first === undefined ? {} : { first };
  return (
    <>
      <Button variant="default" size="compact-md" fz="sm" onClick={() => setOpened(true)}>
        {texts.checkReach}
      </Button>
      <CheckDialog me={me} opened={opened} onClose={() => setOpened(false)} {...whom} />
    </>
  );
}
