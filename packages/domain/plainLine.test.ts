import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { clientName } from './clientName.ts';
import { visible, visibleLine } from './plainLine.ts';

describe('foreign text as people see it', () => {
  it('a name is one line', () => {
    assert.equal(visibleLine('Иван\n🔴 Все ждут\r\nвас'), 'Иван 🔴 Все ждут вас');
    assert.equal(visibleLine('Иван\u2028Пётр\u0085Анна\vОльга'), 'Иван Пётр Анна Ольга');
  });

  it('no mark of direction turns what stands beside it', () => {
    assert.equal(visibleLine('\u202eнавИ\u202c \u2066x\u2069'), 'навИ x');
  });

  it('what cannot be seen is no name, and the number stands in its place', () => {
    for (const name of ['', ' ', '\u200b\u2060', '\u3164', '\u2800\n', '\u202e'])
      assert.equal(
        clientName({ client_name: name, thread: '+79160000001' }),
        '+79160000001',
        JSON.stringify(name),
      );
  });

  it('emoji, accents and other scripts stay as they are', () => {
    for (const name of ['👩‍👩‍👧 семья', 'Ёлка', 'José', 'محمد', '李雷'])
      assert.equal(visibleLine(name), name);
  });

  it('words keep their lines and their tabs go', () => {
    assert.equal(visible('Раз\r\nдва\rтри\u0007'), 'Раз\nдва\nтри');
  });

  it('whatever is written, a line is one line without what steers the display', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = visibleLine(text) ?? 'x';
        assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        assert.equal(visibleLine(line), line);
      }),
    );
  });
});
