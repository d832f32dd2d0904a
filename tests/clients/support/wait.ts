/** Waiting, with an end to it. */

/** What `promise` gives, or an error once `seconds` are over. */
export async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Things that arrive one by one, and can be awaited one by one. */
export class Inbox<T> {
  private readonly arrived: T[] = [];
  private readonly waiting: ((thing: T) => void)[] = [];

  readonly put = (thing: T): void => {
    const waiter = this.waiting.shift();
    if (waiter) waiter(thing);
    else this.arrived.push(thing);
  };

  next(what = 'the next thing'): Promise<T> {
    const thing = this.arrived.shift();
    if (thing !== undefined) return Promise.resolve(thing);
    return within(15, what, new Promise((resolve) => this.waiting.push(resolve)));
  }

  /** Takes until one that fits has come: changes that come twice, or late, are allowed. */
  async until(fits: (thing: T) => boolean, what: string): Promise<T> {
    for (;;) {
      const thing = await this.next(what);
      if (fits(thing)) return thing;
    }
  }

  get isEmpty(): boolean {
    return this.arrived.length === 0;
  }
}
