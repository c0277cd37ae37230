import { type Formatted, parseHtml } from './html.ts';
import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';

const LONGEST = 4096;

export interface ReadText extends Formatted {
  readonly source: string;
}

/** 1 to 4096 characters after parsing, trimmed like the provider. */
export function readText({ bot, params, method }: Call): ReadText {
  const source = params.text('text') ?? '';
  const mode = params.text('parse_mode');
  readPreviewOptions(params.object('link_preview_options'));
  const { text, entities } = formatted(source, mode, (problem) =>
    bot.telegram.complain(bot, method, problem),
  );
  const trimmed = text.trim();
  const lead = text.length - text.trimStart().length;
  if (trimmed === '') throw Refusal.malformed('message text is empty');
  if ([...trimmed].length > LONGEST) throw Refusal.malformed('message is too long');
  return {
    source,
    text: trimmed,
    entities: entities.map((entity) => ({ ...entity, offset: Math.max(entity.offset - lead, 0) })),
  };
}

/** https://core.telegram.org/bots/api#sendphoto, `caption`: may be empty. */
const LONGEST_CAPTION = 1024;

export function readCaption({ bot, params, method }: Call): ReadText {
  const source = params.text('caption') ?? '';
  const { text, entities } = formatted(source, params.text('parse_mode'), (problem) =>
    bot.telegram.complain(bot, method, problem),
  );
  const trimmed = text.trim();
  if ([...trimmed].length > LONGEST_CAPTION) throw Refusal.malformed('message caption is too long');
  return { source, text: trimmed, entities };
}

function formatted(source: string, mode: string | null, complain: (problem: string) => void): Formatted {
  if (mode === null) return { text: source, entities: [] };
  if (mode.toLowerCase() === 'html') return parseHtml(source, complain);
  throw Refusal.malformed(`unsupported parse_mode "${mode}" (the fake knows HTML only)`);
}

const PREVIEW_OPTIONS = ['is_disabled', 'url', 'prefer_small_media', 'prefer_large_media', 'show_above_text'];

function readPreviewOptions(options: Record<string, unknown> | null): void {
  const stranger = Object.keys(options ?? {}).find((name) => !PREVIEW_OPTIONS.includes(name));
  if (stranger !== undefined) throw Refusal.malformed(`unknown field "${stranger}" in LinkPreviewOptions`);
}
