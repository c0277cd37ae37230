import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromTestRun } from '@otklik/testing/servers';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest';
import { type BoardFixture, channelOf, startBoardFixture, waitOf } from './boardFixture.ts';
import type { Channel } from './src/wire.ts';

const HERE = import.meta.dirname;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let browser: Browser;
let board: BoardFixture;
/** What the page must not do: complain on the console, throw, ask another host. */
let complaints: string[] = [];

async function newest(path: string): Promise<number> {
  const { mtimeMs } = await stat(path);
  const files = (await stat(path)).isDirectory()
    ? await readdir(path, { recursive: true, withFileTypes: true })
    : [];
  const times = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs),
  );
  return Math.max(mtimeMs, ...times);
}

/** The page under test is the built one, as new as its sources. */
async function buildIfStale(): Promise<void> {
  const built = await stat(join(HERE, 'dist/index.html')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((path) =>
    newest(join(HERE, path)),
  );
  if (built < Math.max(...(await Promise.all(sources)))) await build({ root: HERE, logLevel: 'error' });
}

beforeAll(async () => {
  await buildIfStale();
  browser = await chromium.launch({
    executablePath: (await fromTestRun<{ path: string }>('program/chromium')).path,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  // A browser's first page takes seconds on a busy machine: no test's business.
  board = await startBoardFixture();
  await open({}, { timeoutMs: 60_000 });
  await closePages();
});

afterAll(() => browser.close());

beforeEach(async () => {
  board = await startBoardFixture();
  complaints = [];
});

async function closePages(): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await board.close();
}

afterEach(closePages);

/** Opens the board and waits until it is live (or, signed out, until it says how to sign in). */
async function open(
  options: BrowserContextOptions = {},
  { path = '', timeoutMs = 20_000 }: { readonly path?: string; readonly timeoutMs?: number } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(timeoutMs);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(board.url)) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(`${board.url}${path}`);
  await page.locator(board.script.signedIn ? '[data-connection="live"]' : 'main').waitFor();
  return page;
}

const card = (page: Page, id: string) => page.locator(`[data-wait="${id}"]`);
const countdown = (page: Page, id: string) => card(page, id).getByRole('timer');

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

test('the countdown of an open wait runs', async () => {
  board.script.waits = [waitOf('1', 191)];
  const page = await open();
  await countdown(page, '1')
    .getByText(/^1:4\d$/)
    .waitFor();
  const first = await countdown(page, '1').textContent();
  assert.match(first ?? '', /^осталось\s+1:4\d$/);
  await page.waitForFunction(
    (was) => document.querySelector<HTMLElement>('[role=timer]')?.textContent !== was,
    first,
  );
  assert.deepEqual(complaints, []);
});

test('a wait past its window says how late it is, in the tab’s title too', async () => {
  board.script.waits = [waitOf('1', 490)];
  const page = await open();
  assert.match((await countdown(page, '1').textContent()) ?? '', /^просрочено на\s+3:1\d$/);
  assert.equal(await page.title(), '1 просрочено · Отклик');
});

test('the countdown follows the server’s clock, not the browser’s', async () => {
  board.script.aheadMs = 3_600_000;
  board.script.waits = [waitOf('1', 60 - 3_600)];
  const page = await open();
  await countdown(page, '1')
    .getByText(/^(4:00|3:5\d)$/)
    .waitFor();
});

test('waits stand per owner, the most urgent lane and card first', async () => {
  board.script.waits = [
    waitOf('fresh', 5, { owner: 'anna' }),
    waitOf('late', 400, { owner: 'boris' }),
    waitOf('warned', 200, { owner: 'anna' }),
  ];
  const page = await open();
  await card(page, 'fresh').waitFor();
  assert.deepEqual(await page.locator('section[data-owner] h2').allInnerTexts(), [
    'Борис Смирнов',
    'Анна Петрова',
  ]);
  const order = await page
    .locator('[data-wait]')
    .evaluateAll((cards) => cards.map((one) => one.getAttribute('data-wait')));
  assert.deepEqual(order, ['late', 'warned', 'fresh']);
});

test('wait.breached turns the card’s colour and words, raises a toast and is read aloud', async () => {
  board.script.waits = [waitOf('1', 190, { client: 'Мария Иванова' })];
  const page = await open();
  await page.locator('[data-wait="1"][data-stage="warned"]').getByText('Скоро срок').waitFor();
  const colour = () => countdown(page, '1').evaluate((element) => getComputedStyle(element).color);
  const amber = await colour();
  board.emit('wait.breached', waitOf('1', 303, { client: 'Мария Иванова' }));
  await page.locator('[data-wait="1"][data-stage="breached"]').getByText('просрочено на').waitFor();
  assert.notEqual(await colour(), amber);
  await page.locator('.mantine-Notification-root').getByText('Просрочено: Мария Иванова').waitFor();
  assert.equal(await page.locator('[aria-live="assertive"]').textContent(), 'Просрочено: Мария Иванова');
  assert.deepEqual(complaints, []);
});

test('wait.opened brings a card by itself', async () => {
  const page = await open();
  await page.getByText('Все клиенты получили ответ').waitFor();
  board.emit('wait.opened', waitOf('new', 1, { client: 'Новый клиент' }));
  await card(page, 'new').getByText('Новый клиент').waitFor();
});

test('a list that was read before an event and arrives after it does not undo the event', async () => {
  board.script.waits = [waitOf('first', 100)];
  const page = await open();
  await card(page, 'first').waitFor();
  const held = Promise.withResolvers<void>();
  board.script.holdOpen = held.promise;
  board.script.waits = [waitOf('second', 90)];
  board.requests.length = 0;
  board.dropStreams();
  await until('the list is asked for', () => board.requests.some((line) => line.includes('state=open')));
  await page.locator('[data-connection="live"]').waitFor();
  board.emit('wait.opened', waitOf('meanwhile', 1));
  await card(page, 'meanwhile').waitFor();
  held.resolve();
  await card(page, 'second').waitFor();
  assert.equal(await card(page, 'meanwhile').count(), 1);
});

test('wait.closed takes the row away and puts it among the closed with its response time', async () => {
  board.script.waits = [waitOf('1', 100, { client: 'Мария Иванова' })];
  const page = await open();
  await card(page, '1').waitFor();
  const closed_at = new Date().toISOString();
  board.emit(
    'wait.closed',
    waitOf('1', 161, {
      client: 'Мария Иванова',
      closed_at,
      outcome: 'answered',
      answered_by: 'anna',
      response_seconds: 161,
    }),
  );
  await card(page, '1').waitFor({ state: 'detached' });
  const closed = page.getByRole('region', { name: 'Недавно закрыты' });
  await closed.getByText('за 2:41').waitFor();
  await closed.getByText('Анна Петрова').waitFor();
});

test('a client who writes elsewhere too is one card that says so', async () => {
  board.script.waits = [waitOf('1', 10, { also_on: ['tg'] })];
  const page = await open();
  await card(page, '1').getByText('пишет также: Telegram-бот').waitFor();
  assert.deepEqual(complaints, []);
});

test('«Беру» posts and the card says who took it and for how long', async () => {
  board.script.waits = [waitOf('1', 100)];
  const page = await open();
  await card(page, '1').getByRole('button', { name: 'Беру' }).click();
  await card(page, '1')
    .getByText(/взял\(а\) Вера Павловна, ещё (2:00|1:5\d)/)
    .waitFor();
  assert.ok(board.requests.includes('POST /api/v1/waits/1/take {}'));
});

test('«Передать…» posts the chosen person', async () => {
  board.script.waits = [waitOf('1', 100)];
  const page = await open();
  await card(page, '1').getByRole('button', { name: 'Передать…' }).click();
  await page.getByRole('menuitem', { name: 'Борис Смирнов' }).click();
  await until('the post arrives', () =>
    board.requests.includes('POST /api/v1/waits/1/hand-over {"to":"boris"}'),
  );
});

test('«Ответа не нужно» asks once more before it posts', async () => {
  board.script.waits = [waitOf('1', 100)];
  const page = await open();
  await card(page, '1').getByRole('button', { name: 'Ответа не нужно' }).click();
  const sure = page.getByRole('button', { name: 'Да, закрыть' });
  await sure.waitFor();
  assert.ok(!board.requests.some((line) => line.startsWith('POST')));
  await sure.click();
  await until('the post arrives', () => board.requests.includes('POST /api/v1/waits/1/no-reply-needed {}'));
});

test('a refusal is shown in the server’s words', async () => {
  board.script.waits = [waitOf('1', 100)];
  board.script.refuse = { status: 409, detail: 'Клиенту уже ответил Борис.' };
  const page = await open();
  await card(page, '1').getByRole('button', { name: 'Беру' }).click();
  await page.getByText('Клиенту уже ответил Борис.').waitFor();
});

const aCall = () => {
  board.script.waits = [
    waitOf('1', 490, {
      client: 'Мария Иванова',
      channel: 'line',
      kind: 'call',
      text: null,
      link: 'tel:+79160000001',
    }),
  ];
  board.script.channels = [channelOf('line', 'Телефон', 'phone')];
  board.script.callBack = { channel: 'line', from: '101' };
};
const openDrawer = async (page: Page) => {
  await card(page, '1').getByRole('button', { name: 'Мария Иванова: подробности' }).click();
  return page.getByRole('dialog', { name: 'Мария Иванова' });
};

test('«Перезвонить» asks the server once and says whose telephone rings; whoever cannot has no such button', async () => {
  aCall();
  const page = await open();
  const drawer = await openDrawer(page);
  await drawer.getByRole('button', { name: 'Перезвонить' }).click();
  await page.getByText('Звоним вам на 101, потом клиенту.').waitFor();
  assert.deepEqual(
    board.requests.filter((each) => each.startsWith('POST')),
    ['POST /api/v1/waits/1/call {}'],
  );
  assert.equal(
    await drawer.getByRole('link', { name: 'Позвонить: +79160000001' }).getAttribute('href'),
    'tel:+79160000001',
  );
  board.script.callBack = null;
  // What is open stays open: it stands in the address.
  await page.reload();
  await drawer.getByRole('button', { name: 'Беру' }).waitFor();
  assert.equal(await drawer.getByRole('button', { name: 'Перезвонить' }).count(), 0);
  assert.deepEqual(complaints, []);
});

test('what the exchange says instead of calling stays on the page until it is closed', async () => {
  aCall();
  board.script.refuse = {
    status: 502,
    detail: 'Zadarma не принимает вызов: Wrong Params. Наберите сами: +79160000001',
  };
  const page = await open({ ...PHONE });
  const drawer = await openDrawer(page);
  await drawer.getByRole('button', { name: 'Перезвонить' }).click();
  await page.getByText('Наберите сами: +79160000001').waitFor();
  assert.equal(await drawer.getByRole('button', { name: 'Перезвонить' }).isEnabled(), true);
});

test('a card opened from the keyboard shows the history; Escape closes it', async () => {
  board.script.waits = [waitOf('1', 490, { client: 'Мария Иванова' })];
  board.script.timeline = [
    {
      at: new Date().toISOString(),
      type: 'event',
      kind: 'message',
      side: 'client',
      author: null,
      text: 'Есть кто живой?',
    },
    { at: new Date().toISOString(), type: 'something_new' },
  ];
  const page = await open();
  await card(page, '1').getByRole('button', { name: 'Мария Иванова: подробности' }).focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Мария Иванова' });
  await drawer.getByText('Есть кто живой?').waitFor();
  await drawer.getByText('something new').waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
});

/** The wait that the address asks for. */
const askedWait = (page: Page) => new URL(page.url()).searchParams.get('wait');

test('a link leads to the very wait; closing takes it out of the address', async () => {
  board.script.waits = [waitOf('1', 30, { client: 'Мария Иванова' }), waitOf('2', 60)];
  const page = await open({}, { path: '?wait=1&person=anna' });
  const drawer = page.getByRole('dialog', { name: 'Мария Иванова' });
  await drawer.getByRole('timer').waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  assert.equal(askedWait(page), null);
  assert.equal(new URL(page.url()).searchParams.get('person'), 'anna');
  assert.deepEqual(complaints, []);
});

test('an opened wait stands in the address, Back closes it and Forward opens it', async () => {
  board.script.waits = [waitOf('1', 30)];
  const page = await open();
  await card(page, '1').getByRole('button', { name: 'Клиент 1: подробности' }).click();
  const drawer = page.getByRole('dialog', { name: 'Клиент 1' });
  await drawer.waitFor();
  assert.equal(askedWait(page), '1');
  await page.goBack();
  await drawer.waitFor({ state: 'detached' });
  assert.equal(askedWait(page), null);
  await page.goForward();
  await drawer.waitFor();
  await drawer.getByRole('button', { name: 'Закрыть' }).click();
  await drawer.waitFor({ state: 'detached' });
  assert.equal(askedWait(page), null);
});

test('a link to a wait that is not the reader’s, or none at all, says so', async () => {
  const page = await open({}, { path: '?wait=elsewhere' });
  const drawer = page.getByRole('dialog', { name: 'Обращение не найдено' });
  await drawer.getByRole('alert').getByText('оно не ваше').waitFor();
  await drawer.getByRole('button', { name: 'К доске' }).click();
  await drawer.waitFor({ state: 'detached' });
});

test('a link opened before signing in is kept: in its tab, and in that of the sign-in link', async () => {
  board.script.waits = [waitOf('1', 30)];
  board.script.signedIn = false;
  const page = await open({ locale: 'ru-RU' }, { path: '?wait=1' });
  await page.getByText('После входа откроется обращение из ссылки.').waitFor();
  board.script.signedIn = true;
  const signedIn = await page.context().newPage();
  await signedIn.goto(board.url);
  await signedIn.getByRole('dialog', { name: 'Клиент 1' }).waitFor();
  assert.equal(askedWait(signedIn), '1');
  await page.getByRole('button', { name: 'Я уже вошёл, проверить' }).click();
  await page.getByRole('dialog', { name: 'Клиент 1' }).waitFor();
  const later = await page.context().newPage();
  await later.goto(board.url);
  await later.locator('[data-connection="live"]').waitFor();
  assert.equal(askedWait(later), null);
});

test('the language switches at once and is remembered', async () => {
  board.script.waits = [waitOf('1', 100)];
  const page = await open();
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await card(page, '1').getByText('Waiting', { exact: true }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.reload();
  await card(page, '1').getByRole('button', { name: 'Take' }).waitFor();
});

test('the profile’s language is the first one', async () => {
  board.script.me = { ...board.script.me, locale: 'en' };
  const page = await open({ locale: 'ru-RU' });
  await page.getByText('Every client has been answered').waitFor();
});

test('without a session the page explains how to sign in, and lets in once there is one', async () => {
  board.script.signedIn = false;
  const page = await open({ locale: 'ru-RU' });
  await page.getByText('npm run otklik -- sign-in').waitFor();
  board.script.signedIn = true;
  await page.getByRole('button', { name: 'Я уже вошёл, проверить' }).click();
  await page.getByText('Все клиенты получили ответ').waitFor();
  assert.deepEqual(
    complaints.filter((line) => !line.includes('401')),
    [],
  );
});

test('«Я отошёл» is one tap in the menu, says what it means, and is taken back the same way', async () => {
  const page = await open();
  const menu = () => page.getByRole('button', { name: 'Меню' }).click();
  await menu();
  await page.getByRole('menuitem', { name: 'Я отошёл' }).click();
  await page.getByText('обращения получит заместитель').waitFor();
  await menu();
  await page.getByRole('menuitem', { name: 'Я на месте' }).click();
  await page.getByText('С возвращением!').waitFor();
  assert.deepEqual(
    board.requests.filter((request) => request.startsWith('POST')),
    ['POST /api/v1/people/vera/away {}', 'POST /api/v1/people/vera/back {}'],
  );
  assert.deepEqual(complaints, []);
});

test('signing out ends at the sign-in page', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Меню' }).click();
  await page.getByRole('menuitem', { name: 'Выйти' }).click();
  await page.getByText('Вход по одноразовой ссылке').waitFor();
  assert.ok(board.requests.includes('POST /api/v1/sign-out {}'));
});

test('signing out everywhere asks first, says what it costs, and ends at the sign-in page', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Меню' }).click();
  await page.getByRole('menuitem', { name: 'Завершить все сеансы' }).click();
  await page.getByText('Попросите её у администратора').waitFor();
  assert.ok(!board.requests.some((request) => request.includes('sign-out')));
  await page.getByRole('button', { name: 'Завершить все', exact: true }).click();
  await page.getByText('Вход по одноразовой ссылке').waitFor();
  assert.ok(board.requests.includes('POST /api/v1/sign-out-everywhere {}'));
});

test('after a lost connection the page reconnects by itself and reads everything again', async () => {
  board.script.waits = [waitOf('old', 100)];
  const page = await open();
  await card(page, 'old').waitFor();
  board.script.waits = [waitOf('meanwhile', 50)];
  board.dropStreams();
  await page.getByText('Связь потеряна').waitFor();
  await page.getByText('На связи').waitFor();
  await card(page, 'meanwhile').waitFor();
  await card(page, 'old').waitFor({ state: 'detached' });
  assert.equal(board.streams(), 1);
});

test('a channel that goes down is said across the page until it is up again', async () => {
  const page = await open();
  const tell = (event: string, health: Partial<Channel>) => {
    const { channels } = board.script;
    board.script.channels = channels.map((each) => (each.id === 'tg' ? { ...each, ...health } : each));
    board.emit(event, { channel: 'tg', gaps: [], silent_since: null, usual_per_hour: null, ...health });
  };
  tell('channel.down', { up: false, problem: 'токен отклонён' });
  await page.getByRole('alert').getByText('Канал «Telegram-бот» не работает').waitFor();
  await page.getByRole('alert').getByText('токен отклонён').waitFor();
  tell('channel.up', { up: true, problem: null });
  await page.getByRole('alert').waitFor({ state: 'detached' });
});

test('a year whose moved days off are not known is said once a day', async () => {
  board.script.me = { ...board.script.me, unknown_year: 2028 };
  const page = await open();
  const banner = page.getByRole('status').filter({ hasText: 'Переносы выходных на 2028 год неизвестны' });
  await banner.getByRole('button', { name: 'Напомнить завтра' }).click();
  await banner.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('list', { name: 'Каналы' }).waitFor();
  assert.equal(await banner.count(), 0);
  await page.evaluate(() => localStorage.setItem('otklik.calendar-seen', '2026-01-01'));
  await page.reload();
  await banner.waitFor();
  assert.deepEqual(complaints, []);
});

test('a channel that leaves otklik.yaml is named with who waits there, until it is back', async () => {
  board.script.waits = [
    waitOf('1', 490, { channel: 'tg' }),
    waitOf('2', 300, { channel: 'tg' }),
    waitOf('3', 10),
  ];
  const page = await open();
  const banner = page.getByRole('alert').filter({ hasText: 'нет в настройках' });
  await card(page, '1').waitFor();
  assert.equal(await banner.count(), 0);
  const kept = board.script.channels;
  const goneWith = (...waits: readonly number[]) => {
    board.script.channels = kept.map((channel, place) => {
      const open_waits = waits[place] ?? 0;
      return open_waits === 0 ? channel : { ...channel, gone_since: new Date().toISOString(), open_waits };
    });
  };
  goneWith(0, 2);
  board.emit('channels.changed', {});
  await banner.getByText('2 открытых ожидания канала «Telegram-бот», которого нет в настройках').waitFor();
  assert.equal(await page.getByRole('list', { name: 'Каналы' }).getByText('Telegram-бот').count(), 0);
  // Somebody answered one of them.
  goneWith(0, 1);
  board.emit('wait.closed', waitOf('2', 300, { channel: 'tg', closed_at: new Date().toISOString() }));
  await banner.getByText('1 открытое ожидание канала «Telegram-бот»').waitFor();
  goneWith(21, 1);
  board.emit('channels.changed', {});
  await banner.getByText('22 открытых ожидания каналов, которых нет в настройках').waitFor();
  await banner.getByText('«Чат на сайте» (21), «Telegram-бот» (1)').waitFor();
  board.script.channels = kept;
  board.emit('channels.changed', {});
  await banner.waitFor({ state: 'detached' });
  await page.getByRole('list', { name: 'Каналы' }).getByText('Telegram-бот').waitFor();
  assert.deepEqual(complaints, []);
});

test('a head tests a channel from its dot, and reads what became of it', async () => {
  const said = (text: string) => ({ ru: text, en: text });
  board.script.answers = {
    'POST /channels/tg/test': {
      body: {
        ok: false,
        steps: [
          { ok: true, said: said('Событие отправлено') },
          { ok: false, said: said('Ожидание не открылось') },
        ],
      },
    },
  };
  const page = await open();
  await page.getByRole('button', { name: /^Telegram-бот/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Проверить' }).click();
  await dialog.getByText('Событие отправлено').waitFor();
  assert.equal(await dialog.locator('[data-ok="false"]').textContent(), 'Ожидание не открылось');
  await dialog.getByRole('button', { name: 'Проверить ещё раз' }).waitFor();
});

test('what was kept aside is looked at and read again in the dialog of its channel', async () => {
  const gap =
    'не разобрано и отложено: 2. Среди этого может быть клиент: откройте канал на доске и посмотрите';
  board.script.channels = [
    channelOf('line', 'Телефон', 'phone', { up: true, gaps: [gap], kept_aside: 2 }),
    channelOf('tg', 'Telegram-бот', 'telegram'),
  ];
  const item = (id: number, seen_at: string | null = null) => ({
    id,
    at: '2026-11-29T10:00:00.000Z',
    reason: 'an event of Zadarma that we do not know',
    why: 'not_understood',
    seen_at,
    seen_by: null,
    again: false,
    mail: null,
  });
  const list = (over: object) => ({ body: { items: [item(8), item(7)], waiting: 0, left: 2, ...over } });
  const kept = 'GET /channels/line/kept-aside';
  board.script.answers = {
    [kept]: list({}),
    'POST /channels/line/kept-aside/seen': { body: { seen: 2 } },
    'POST /channels/line/kept-aside/read-again': { body: { asked: 2 } },
  };
  const page = await open();
  await page.getByRole('button', { name: '«Телефон»: видно не всё' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Не удалось разобрать').first().waitFor();
  await dialog.getByText(gap.slice(1)).waitFor();
  assert.equal(await dialog.getByText('новое').count(), 2);

  board.script.answers[kept] = list({ items: [item(8, '2026-11-29T10:05:00.000Z')], waiting: 1 });
  await dialog.getByRole('button', { name: 'Просмотрено' }).click();
  await dialog.getByRole('button', { name: 'Просмотрено' }).waitFor({ state: 'detached' });
  assert.ok(board.requests.includes('POST /api/v1/channels/line/kept-aside/seen {"up_to":8}'));

  // While something waits to be read the list is asked again by itself.
  board.script.answers[kept] = list({ items: [], waiting: 0, left: 0 });
  await dialog.getByText('Не удалось разобрать').waitFor({ state: 'detached' });
  board.script.answers[kept] = list({ items: [item(8, '2026-11-29T10:05:00.000Z')], left: 1 });
  await page.reload();
  await page.getByRole('button', { name: '«Телефон»: видно не всё' }).click();
  await dialog.getByRole('button', { name: 'Разобрать снова' }).click();
  await dialog.getByText('Разобрать всё ещё не удаётся: 1.').waitFor();
  assert.deepEqual(complaints, []);
});

test('the people filter leaves one person’s waits and stays in the address', async () => {
  board.script.waits = [waitOf('hers', 10), waitOf('his', 20, { owner: 'boris', asked: 'boris' })];
  const page = await open();
  await card(page, 'his').waitFor();
  await page.getByRole('combobox', { name: 'Кого показать' }).click();
  await page.getByRole('option', { name: 'Анна Петрова' }).click();
  await card(page, 'his').waitFor({ state: 'detached' });
  await card(page, 'hers').waitFor();
  assert.equal(new URL(page.url()).search, '?person=anna');
});

test('pings tell who, by what and how late', async () => {
  const notice = {
    wait: '1',
    channel: 'tg',
    client: 'Мария',
    step: 1,
    late_reason: null,
    stage: 'breached' as const,
    problem: null,
  };
  const program = { recipient: null, transport: 'webhook', wait: null, stage: null } as const;
  const at = new Date().toISOString();
  board.script.notices = [
    { ...notice, id: 'n1', at, recipient: 'boris', transport: 'telegram', late_ms: 4_300, state: 'sent' },
    { ...notice, id: 'n2', at, recipient: 'anna', transport: 'email', late_ms: 3, state: 'failed' },
    { ...notice, ...program, id: 'n3', at, late_ms: null, state: 'pending' },
  ];
  const page = await open();
  const pings = page.getByRole('region', { name: 'Пинги' }).getByRole('listitem');
  await pings.first().waitFor();
  const rows = (await pings.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  assert.match(rows[0] ?? '', /Борис Смирнов Мария .* Telegram, на 4,3 с позже/);
  assert.match(rows[1] ?? '', /Анна Петрова Мария .* Почта, не дошёл/);
  assert.match(rows[2] ?? '', /Вебхук Мария .* Вебхук, в очереди/);
});

test('a demo is marked as such', async () => {
  board.script.me = { ...board.script.me, demo: true };
  const page = await open();
  await page.getByText('вымышленные клиенты').waitFor();
});

test('of five hundred waits the page draws the most urgent, counts all and shows more on demand', async () => {
  board.script.waits = Array.from({ length: 500 }, (_, place) => waitOf(`w${place}`, place % 170));
  const page = await open();
  await page.locator('.stage-count[data-stage="waiting"]').getByText('500').waitFor();
  const drawn = await page.locator('[data-wait]').count();
  assert.ok(drawn > 0 && drawn <= 60, `${drawn} cards drawn`);
  await page.getByRole('button', { name: `Показать ещё ${500 - drawn}` }).click();
  await card(page, 'w1').or(page.locator('[data-wait]').nth(drawn)).first().waitFor();
  assert.ok((await page.locator('[data-wait]').count()) > drawn);
});

test('who waits since before their channel was watched stands apart, without a clock', async () => {
  const past = (id: string, client: string) => ({
    ...waitOf(id, 11 * 86_400),
    client,
    history: true,
    stage: 'waiting' as const,
    breached_at: null,
    warned_at: null,
    next_step_at: null,
  });
  board.script.waits = [waitOf('1', 10), past('2', 'Ольга'), past('3', 'Пётр')];
  const page = await open();
  await card(page, '1').waitFor();
  assert.equal(await page.locator('[data-wait]').count(), 1, 'no card');
  assert.equal(await page.title(), 'Отклик');
  const panel = page.getByRole('region', { name: 'До начала наблюдения' });
  await panel.getByText('До начала наблюдения · 2').waitFor();
  await panel.getByRole('button', { name: 'Ольга' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('Напоминать не будем').waitFor();
  assert.equal(await drawer.getByRole('timer').count(), 0);
  await page.keyboard.press('Escape');
  // One of them was answered.
  board.script.waits = board.script.waits.filter(({ id }) => id !== '2');
  board.emit('history.changed', {});
  await panel.getByText('До начала наблюдения · 1').waitFor();
  assert.deepEqual(complaints, []);
});

test('on a phone nothing scrolls sideways, and pings and closed are one tap away', async () => {
  const long = 'Оченьдлинноеимябезпробеловчтобыпроверитьпереносы '.repeat(3);
  board.script.waits = [
    waitOf('1', 490, {
      client: long,
      text: long.repeat(4),
      late_delivered: 90,
      after_hours: true,
      link: 'https://example.ru/1',
      subject: { title: long, link: null },
    }),
  ];
  board.script.channels = [channelOf('site', long, 'webhook', { up: false, problem: long })];
  board.script.me = { ...board.script.me, demo: true };
  const page = await open(PHONE);
  await card(page, '1').waitFor();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok((await overflow()) <= 0, `${await overflow()} px too wide`);
  await page.getByText('Закрыты', { exact: true }).click();
  await page.getByText('Закрытых ожиданий пока нет').waitFor();
  assert.ok((await overflow()) <= 0, `${await overflow()} px too wide`);
  assert.deepEqual(complaints, []);
});

test('the card says what it is about, and the details open it', async () => {
  const subject = { title: 'Диван угловой, 25 000 ₽', link: 'https://example.ru/items/1' };
  board.script.waits = [waitOf('1', 100, { subject }), waitOf('2', 90)];
  const page = await open();
  await card(page, '1').getByText(subject.title).waitFor();
  assert.equal(await page.locator('.wait-card__subject').count(), 1);
  await card(page, '1')
    .getByRole('button', { name: /Клиент 1/ })
    .click();
  const link = page.getByRole('dialog').getByRole('link', { name: subject.title });
  assert.equal(await link.getAttribute('href'), subject.link);
});

test('a call that nobody took is called missed', async () => {
  const call = { kind: 'call', text: null, client: '+79160000001' } as const;
  board.script.waits = [
    waitOf('1', 100, call),
    waitOf('2', 90, { ...call, missed_at: new Date().toISOString() }),
  ];
  const page = await open();
  await card(page, '2').getByText('Пропущенный звонок').waitFor();
  assert.equal(await card(page, '1').getByText('Звонок', { exact: true }).count(), 1);
});

test('who has neither a name nor a number can be opened all the same', async () => {
  board.script.waits = [waitOf('1', 100, { client: null, kind: 'call', text: null, thread: 'hidden:c-1' })];
  const page = await open();
  await card(page, '1')
    .getByRole('button', { name: /Без имени/ })
    .click();
  await page.getByRole('dialog', { name: 'Без имени' }).waitFor();
});

test('who asks for less motion gets none', async () => {
  board.script.waits = [waitOf('1', 100)];
  const page = await open({ reducedMotion: 'reduce' });
  await card(page, '1').waitFor();
  board.emit('wait.opened', waitOf('2', 400, { owner: 'boris' }));
  await card(page, '2').waitFor();
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});

const OWNER_ROW = {
  owner: 'anna',
  waits: 142,
  answered: 139,
  within_breach: 131,
  in_time: 131,
  judged: 139,
  breached: 8,
  late_delivered: 2,
  excused: 1,
  p50: 98,
  formal: 3,
  no_reply_needed: 0,
  after_hours_answered: 5,
  late_replies: 4,
  apologised: 3,
};
const posts = () => board.requests.filter((request) => request.startsWith('POST'));
const section = async (page: Page, name: string) => {
  await page.getByRole('navigation').getByRole('link', { name }).click();
  return page.locator('main');
};

test('the report shows shares with enough cases behind them, bare counts without, and stays after a reload', async () => {
  board.script.answers['GET /reports/owners'] = { body: { items: [OWNER_ROW] } };
  // The same waits: the share of the channel is that of the owner, whatever was answered.
  const channel = { group: 'site', waits: 142, answered: 100, in_time: 131, judged: 139, p50: 98, p90: 200 };
  board.script.answers['GET /reports/response-times'] = { body: { items: [channel], blind: [] } };
  board.script.answers['GET /disputes'] = { body: { items: [] } };
  const page = await open();
  await section(page, 'Отчёт');
  await page.getByRole('table', { name: 'По каналам' }).getByText('94%').waitFor();
  const row = page.getByRole('row', { name: /Анна Петрова/ });
  await row.getByText('94%').waitFor();
  await row.getByText('3 из 4').waitFor();
  assert.equal(new URL(page.url()).pathname, '/report');
  await page.reload();
  await row.getByText('94%').waitFor();
  const asked = board.requests.findLast((request) => request.includes('/reports/owners')) ?? '';
  const { searchParams } = new URL(asked.split(' ')[1] ?? '', board.url);
  const days =
    (Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')) / 86_400_000;
  assert.equal(days, 7);
  assert.deepEqual(complaints, []);
});

test('a head decides on a dispute from the report, for some of the time', async () => {
  const late = waitOf('w-1', 900, { client: 'Мария Иванова' });
  const dispute = {
    by: 'anna',
    reason: 'Канал не работал',
    at: new Date().toISOString(),
    decided_by: null,
    decided_at: null,
    accepted: null,
    note: null,
    excused_seconds: null,
  };
  board.script.waits = [late];
  board.script.dispute = dispute;
  board.script.answers['GET /reports/owners'] = { body: { items: [] } };
  board.script.answers['GET /reports/response-times'] = { body: { items: [], blind: [] } };
  board.script.answers['GET /disputes'] = { body: { items: [{ ...dispute, wait: late }] } };
  board.script.answers['POST /waits/w-1/dispute/decide'] = { body: dispute };
  const page = await open();
  await section(page, 'Отчёт');
  await page.getByRole('button', { name: /Анна Петрова · Мария Иванова/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('Причина: Канал не работал').waitFor();
  await drawer.getByLabel('Сколько минут не в счёт').fill('10');
  await drawer.getByRole('button', { name: 'Принять' }).click();
  await until('the decision is sent', () => posts().length > 0);
  assert.deepEqual(posts(), [
    'POST /api/v1/waits/w-1/dispute/decide {"accepted":true,"note":null,"excused_seconds":600}',
  ]);
  assert.deepEqual(complaints, []);
});

test('an owner disputes a breach with a reason, and has neither clients nor what-if', async () => {
  board.script.me = { ...board.script.me, role: 'owner', person: 'anna' };
  board.script.waits = [waitOf('w-1', 900, { owner: 'anna' })];
  board.script.answers['POST /waits/w-1/dispute'] = { body: {} };
  board.script.answers['GET /reports/owners'] = { body: { items: [] } };
  board.script.answers['GET /reports/response-times'] = { body: { items: [], blind: [] } };
  const page = await open();
  assert.deepEqual(await page.getByRole('navigation').getByRole('link').allTextContents(), [
    'Доска',
    'Отчёт',
  ]);
  await page.getByRole('button', { name: 'Клиент w-1: подробности' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Не моя вина…' }).click();
  await drawer.getByText('Не моя смена').click();
  await drawer.getByRole('button', { name: 'Отправить руководителю' }).click();
  await until('the reason is sent', () => posts().length > 0);
  assert.deepEqual(posts(), ['POST /api/v1/waits/w-1/dispute {"reason":"Не моя смена"}']);
  await page.goto(`${board.url}report`);
  await page.getByRole('heading', { name: 'Как вы отвечаете' }).waitFor();
  await page.goto(`${board.url}clients`);
  await page.getByRole('heading', { name: 'Открытые ожидания' }).waitFor({ state: 'attached' });
  assert.deepEqual(complaints, []);
});

test('clients who look alike are joined, told apart, and a join is undone', async () => {
  const client = (id: string, name: string, channel: string) => ({
    id,
    name,
    channels: [channel],
    phone: '+7…1122',
    email: null,
    last_event_at: null,
    open_waits: 0,
  });
  const [a, b] = [client('a', 'Иван Петров', 'site'), client('b', 'Петров Иван', 'tg')];
  board.script.answers['GET /clients/suggestions'] = {
    body: { items: [{ a, b, reason: 'same_name', value: 'Иван Петров', seen_at: new Date().toISOString() }] },
  };
  const join = { id: 'j', a, b, reason: 'phone', value: '+7…1122', by: null, at: new Date().toISOString() };
  board.script.answers['GET /clients/joins'] = {
    body: { items: [{ ...join, undone_at: null, undone_by: null }] },
  };
  for (const path of ['join', 'dismiss', 'joins/j/undo'])
    board.script.answers[`POST /clients/${path}`] = { body: {} };
  const page = await open();
  const main = await section(page, 'Клиенты');
  for (const name of ['Объединить', 'Разные люди', 'Отменить']) {
    const before = posts().length;
    await main.getByRole('button', { name }).first().click();
    await until(`«${name}» is sent`, () => posts().length > before);
    await main.getByRole('button', { name, disabled: false }).first().waitFor();
  }
  assert.deepEqual(posts(), [
    'POST /api/v1/clients/join {"a":"a","b":"b"}',
    'POST /api/v1/clients/dismiss {"a":"a","b":"b"}',
    'POST /api/v1/clients/joins/j/undo {}',
  ]);
  assert.deepEqual(complaints, []);
});

test('what if: a fault is told with its place, and a sound policy gives three columns', async () => {
  const totals = (breaches: number) => ({
    waits: 20,
    breaches,
    within_breach: (20 - breaches) / 20,
    pings: 40,
    held: 0,
    people: [{ person: 'anna', name: 'Анна Петрова', pings: 40, night: 3 }],
    channels: [{ channel: 'site', waits: 20, breaches }],
  });
  board.script.answers['POST /policy/simulate'] = {
    status: 400,
    body: {
      title: 'Faulty',
      detail: 'Mend it',
      errors: [{ detail: 'unknown key "breech"', line: 2, column: 1 }],
    },
  };
  const page = await open();
  const main = await section(page, 'Что если');
  await main.getByRole('button', { name: 'Посчитать' }).click();
  await main.getByText('Строка 2, позиция 1: unknown key "breech"').waitFor();
  board.script.answers['POST /policy/simulate'] = {
    body: { recorded: totals(4), current: totals(3), proposed: totals(1) },
  };
  await main.getByLabel('Правила (YAML)').fill('breach: 10m');
  await main.getByRole('button', { name: 'Посчитать' }).click();
  const row = main.getByRole('row', { name: /^Просрочено/ });
  await row.waitFor();
  assert.deepEqual(await row.getByRole('cell').allTextContents(), ['4', '3', '1']);
  await main.getByText('40, ночью 3').first().waitFor();
  assert.match(posts().at(-1) ?? '', /"policy":"breach: 10m"/);
  assert.deepEqual(
    complaints.filter((said) => !said.includes('400')),
    [],
  );
});

test('everything is handed over, and a code links Telegram', async () => {
  board.script.answers['POST /people/anna/hand-over'] = { body: { handed_over: 3 } };
  board.script.answers['POST /people/vera/link-code'] = {
    body: { code: 'K7PQ2MXA', expires_at: new Date(Date.now() + 900_000).toISOString() },
  };
  const page = await open();
  const choose = async (label: string, name: string) => {
    await page.getByRole('dialog').getByLabel(label, { exact: true }).first().click();
    await page.getByRole('option', { name }).click();
  };
  await page.getByRole('button', { name: 'Меню' }).click();
  await page.getByRole('menuitem', { name: 'Передать все обращения…' }).click();
  await choose('Чьи', 'Анна Петрова');
  await choose('Кому', 'Борис Смирнов');
  await page.getByRole('dialog').getByRole('button', { name: 'Передать' }).click();
  await page.getByText('Передано обращений: 3').waitFor();
  assert.deepEqual(posts(), ['POST /api/v1/people/anna/hand-over {"to":"boris"}']);
  await page.getByRole('button', { name: 'Меню' }).click();
  await page.getByRole('menuitem', { name: 'Привязать Telegram…' }).click();
  await page.getByRole('button', { name: 'Получить код' }).click();
  await page.getByText('K7PQ2MXA').waitFor();
  assert.deepEqual(complaints, []);
});

test('who cannot be reached is named at once, and a test message says by what', async () => {
  const page = await open();
  const alerts = page.getByRole('alert');
  await page.getByRole('button', { name: 'Меню' }).waitFor();
  assert.equal(await alerts.count(), 0);
  board.script.people = board.script.people.map((one) => ({ ...one, reachable: one.id !== 'anna' }));
  board.script.reach = {
    transports: [{ transport: 'telegram', up: false, since: null, problem: '401 Unauthorized' }],
    unheard_waits: 2,
  };
  board.script.answers['POST /people/anna/check'] = {
    body: {
      items: [{ transport: 'telegram', outcome: 'refused', said: { ru: 'Telegram: не доходит.', en: '' } }],
    },
  };
  board.emit('people.changed', {});
  await alerts
    .filter({ hasText: 'Telegram не принимает бота' })
    .getByText('Токен неверен или отозван')
    .waitFor();
  await alerts.getByText('Никто не знает, что 2 клиента ждут ответа').waitFor();
  await alerts
    .filter({ hasText: 'Напоминания не доходят: Анна Петрова' })
    .getByRole('button', { name: 'Проверить связь' })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Отправить' }).click();
  await page.getByText('Telegram: не доходит.').waitFor();
  assert.deepEqual(posts(), ['POST /api/v1/people/anna/check {}']);
  assert.deepEqual(complaints, []);
});

test('no section scrolls sideways, on a phone or between phone and wide', async () => {
  board.script.waits = [waitOf('1', 900), waitOf('2', 10)];
  board.script.answers['GET /reports/owners'] = { body: { items: [OWNER_ROW] } };
  for (const width of [360, 768, 1_100, 1_249, 1_280]) {
    const page = await open({ viewport: { width, height: 800 } });
    for (const name of ['Доска', 'Отчёт', 'Клиенты', 'Что если']) {
      await section(page, name);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${name} at ${width} is ${over} too wide`);
    }
  }
});
