import assert from 'node:assert/strict';
import { test } from 'vitest';
import { openApiDocument } from './openApi.ts';
import { testBoard } from './testing/testBoard.ts';

test('the document that is made without a board is the one that a board gives', async () => {
  await using board = await testBoard();
  const { body } = await board.ask(null, 'GET', '/openapi.json');
  assert.equal(body.info.version, '1.2.3');
  const made = JSON.parse(JSON.stringify(await openApiDocument()));
  assert.deepEqual({ ...made, info: body.info }, body);
});

test('the document says what a state, a stage and a way may be', async () => {
  const made = JSON.parse(JSON.stringify(await openApiDocument()));
  const { Notice, Person, Transport, Wait } = made.components.schemas;
  assert.deepEqual(Notice.properties.state.enum, ['pending', 'sending', 'sent', 'failed', 'cancelled']);
  assert.deepEqual(Wait.properties.kind.enum, ['message', 'comment', 'call']);
  assert.deepEqual(Transport.properties.transport.enum, ['telegram', 'email']);
  assert.deepEqual(Person.properties.role.enum, ['owner', 'head']);
});
