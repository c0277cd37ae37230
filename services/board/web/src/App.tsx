import { useEffect } from 'react';
import { isSignedOut } from './api.ts';
import { Board } from './Board.tsx';
import { useLanguage } from './locale.tsx';
import { useMe } from './queries.ts';
import { SignIn } from './SignIn.tsx';
import { Unreachable } from './Unreachable.tsx';

/** Board, sign-in, or the note that the server is away. */
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
