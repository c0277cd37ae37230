/** An error answer, thrown by methods and caught by the server. */
export class Refusal extends Error {
  readonly code: number;
  /** A correct client never gets it; recorded as a violation. */
  readonly isViolation: boolean;
  readonly retryAfter: number | null;
  /** The new id of a group that became a supergroup. */
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

  /** Wrong at any time. */
  static malformed(description: string): Refusal {
    return new Refusal(400, `Bad Request: ${description}`, true);
  }

  /** Well-formed but impossible now. */
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
