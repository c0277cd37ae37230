import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { TEXTS, type Texts } from './texts.ts';
import type { Locale } from './wire.ts';

const CHOICE = 'otklik.locale';

interface Language {
  readonly locale: Locale;
  readonly texts: Texts;
  /** A choice by hand is remembered, and wins over the profile. */
  choose(locale: Locale): void;
  /** The profile's. */
  suggest(locale: Locale): void;
}

const LanguageContext = createContext<Language | null>(null);

function chosen(): Locale | null {
  const kept = localStorage.getItem(CHOICE);
  return kept === 'ru' || kept === 'en' ? kept : null;
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(chosen);
  const [profile, setProfile] = useState<Locale>(navigator.language.startsWith('en') ? 'en' : 'ru');
  const locale = choice ?? profile;
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const language = useMemo(
    () => ({
      locale,
      texts: TEXTS[locale],
      choose(next: Locale) {
        localStorage.setItem(CHOICE, next);
        setChoice(next);
      },
      suggest: setProfile,
    }),
    [locale],
  );
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (language === null) throw new Error('useLanguage outside of LanguageProvider');
  return language;
}

export const useTexts = (): Texts => useLanguage().texts;
