import { plainWords } from './plainWords.ts';

const phrases = (lines: string): ReadonlySet<string> =>
  new Set(lines.split('|').map((line) => plainWords(line)?.join(' ') ?? ''));

/** Alone or together no answer. Mixing Cyrillic «о», «к» with Latin ones is a common slip. */
export const FILLERS = phrases(
  `+|плюс|ок|oк|оk|о'кей|окей|оки|оке|к|ага|угу|да|так|хорошо|хор|хорош|ладно|лады|добро|принято|принял|приняла|приняли|
  принято в работу|принял в работу|приняла в работу|понял|поняла|поняли|понял вас|поняла вас|вас понял|вас поняла|понятно|ясно|ща|щас|
  сейчас|секунду|секундочку|секундочка|секунда|сек|минуту|минутку|минуточку|минутка|минуточка|минута|мин|момент|моментик|
  один момент|одну минуту|одну минутку|одну секунду|одну секундочку|вижу|увидел|увидела|записал|записала|учту|передам|
  ok|okay|okey|okie|k|yes|yep|yeah|yup|sure|sure thing|fine|alright|all right|noted|well noted|duly noted|roger|roger that|copy|copy that|
  understood|got it|got you|gotcha|i see|will do|wait|please wait|hold on|hang on|a moment|one moment|just a moment|moment please|
  one moment please|just a moment please|a sec|one sec|just a sec|a second|one second|just a second|a minute|one minute|just a minute|
  👍|👌|✅|✔|☑|🆗|🫡|🙆|👀|💯|🤝|🙂|😊|😉`,
);

/** One makes a farewell. Not «доброго дня» or “good day”: they greet as well. */
export const PARTINGS = phrases(
  `спасибо|спасибочки|спасиб|пасиб|спс|благодарю|благодарим|благодарю вас|благодарим вас|спасибо вам|спасибо тебе|
  до свидания|досвидания|до свиданья|до встречи|до скорого|до завтра|пока|всего доброго|всего хорошего|всех благ|прощайте|
  хорошего дня|хорошего вам дня|хорошего вечера|хорошего вам вечера|хороших выходных|удачи|удачного дня|
  thanks|thank you|thank u|thx|tnx|ty|cheers|much appreciated|bye|goodbye|good bye|see you|see ya|take care|
  have a nice day|have a good day|have a great day|have a nice evening|have a good one|
  🙏|👋`,
);

/** May stand beside one: «всё понятно, спасибо», “thanks a lot for your help”. */
export const BESIDE_PARTINGS = phrases(
  `большое|огромное|вам|тебе|вам тоже|тоже|и вам|взаимно|за ответ|за ответы|за быстрый ответ|за оперативный ответ|за оперативность|
  за помощь|за вашу помощь|за информацию|за консультацию|за подсказку|за внимание|
  ок|окей|хорошо|ладно|понял|поняла|поняли|понятно|ясно|отлично|супер|замечательно|прекрасно|всё|всё понятно|всё ясно|всё хорошо|
  очень помогли|вы очень помогли|
  many|a lot|so much|very much|again|too|you too|for your help|for the help|for your answer|for your reply|for the answer|
  for the quick reply|for the quick response|for the info|for the information|for your time|
  ok|okay|great|perfect|got it|understood|noted|good|fine|all good|all clear|alright|all right|
  👍|👌|🤝|😊|🙂|😀|😃|😉|☺|❤|💛|💚|💙|🌹|🌷|🌸|🔥|✅`,
);
