/** What the fake answers to a call that the provider would refuse. Thrown by the methods, caught by the server. */
export class Refusal extends Error {
  readonly code: number;
  /** Whether a correct client can never get this answer. Such refusals are recorded as violations. */
  readonly isViolation: boolean;
  readonly retryAfter: number | null;
  /** The new id of a group that has become a supergroup. */
  movedTo: number | null = null;

  private constructor(
    code: number,
    description: string,
    isViolation: boolean,
    retryAfter: number | null = null,
  ) {
    super(description);
    this.code = code;
    this.isViolation = isViolation;
    this.retryAfter = retryAfter;
  }

  /** The request itself is wrong: it would be refused at any time. */
  static malformed(description: string): Refusal {
    return new Refusal(400, `Bad Request: ${description}`, true);
  }

  /** The request is well made, but not possible as things stand. */
  static impossible(description: string): Refusal {
    return new Refusal(400, `Bad Request: ${description}`, false);
  }

  /** https://core.telegram.org/bots/api#responseparameters */
  static moved(to: number): Refusal {
    const refusal = Refusal.impossible('group chat was upgraded to a supergroup chat');
    refusal.movedTo = to;
    return refusal;
  }

  static unauthorized(): Refusal {
    return new Refusal(401, 'Unauthorized', false);
  }

  static forbidden(description: string): Refusal {
    return new Refusal(403, `Forbidden: ${description}`, false);
  }

  static notFound(description: string): Refusal {
    return new Refusal(404, description, true);
  }

  static conflict(description: string): Refusal {
    return new Refusal(409, `Conflict: ${description}`, false);
  }

  static tooLarge(): Refusal {
    return new Refusal(413, 'Request Entity Too Large', true);
  }

  static tooMany(retryAfter: number): Refusal {
    return new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, false, retryAfter);
  }
}
