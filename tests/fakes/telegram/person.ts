export interface FakePerson {
  readonly id: number;
  readonly firstName: string;
  readonly lastName?: string;
  readonly username?: string;
  /** Forbids `tg://user?id=` in buttons. */
  readonly isPrivate?: boolean;
}

export function userBody(person: FakePerson): Record<string, unknown> {
  return { id: person.id, is_bot: false, ...namesOf(person), language_code: 'ru' };
}

export function chatBody(person: FakePerson): Record<string, unknown> {
  return { id: person.id, ...namesOf(person), type: 'private' };
}

function namesOf({ firstName, lastName, username }: FakePerson): Record<string, unknown> {
  return {
    first_name: firstName,
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(username === undefined ? {} : { username }),
  };
}
