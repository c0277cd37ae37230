import { useEffect } from 'react';
import { isSignedOut } from './api.ts';
import { Board } from './Board.tsx';
import { useLanguage } from './locale.tsx';
import { useMe } from './queries.ts';
import { SignIn } from './SignIn.tsx';
import { Unreachable } from './Unreachable.tsx';

/** Signed in: the board. Not signed in: how to. Server away at the first load: says so and waits. */
export function App() {
  const me = useMe();
  const { suggest } = useLanguage();
  const profileLocale = me.data?.locale;
  useEffect(() => {
    if (profileLocale) suggest(profileLocale);
  }, [profileLocale, suggest]);

  if (isSignedOut(me.error)) return <SignIn onCheck={() => void me.refetch()} checking={me.isFetching} />;
  if (me.data) return <Board me={me.data} />;
  if (me.error) return <Unreachable onRetry={() => void me.refetch()} />;
  return null;
}
