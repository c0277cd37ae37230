import { useLanguage } from '../locale.tsx';
import { PAGE_TEXTS, type PageTexts } from './texts.ts';

export const usePageTexts = (): PageTexts => PAGE_TEXTS[useLanguage().locale];
