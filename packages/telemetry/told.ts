import { Counter, Histogram, type LabelValues } from 'prom-client';

/**
 * A counter whose total is kept in the database. It never goes down: an outdated total (an overtaken query, a lagging
 * replica) changes nothing.
 */
export class ToldCounter<L extends string> extends Counter<L> {
  readonly #totals = new Map<string, number>();

  tell(labels: Readonly<Record<L, string>>, total: number): void {
    const key = JSON.stringify(labels);
    const known = this.#totals.get(key) ?? 0;
    this.#totals.set(key, Math.max(total, known));
    this.inc(labels as LabelValues<L>, Math.max(0, total - known));
  }
}

/** Observations in the bucket that ends at `le`, and their sum. */
export interface ToldBucket {
  /** In the metric's unit; Infinity for the last bucket. */
  readonly le: number;
  readonly count: number;
  readonly sum: number;
}

/** The same for a histogram. */
export class ToldHistogram<L extends string> extends Histogram<L> {
  readonly #name: string;
  readonly #help: string;
  readonly #edges: readonly number[];
  readonly #series = new Map<
    string,
    {
      readonly labels: Readonly<Record<L, string>>;
      readonly buckets: readonly ToldBucket[];
      readonly count: number;
    }
  >();

  constructor(of: ConstructorParameters<typeof Histogram<L>>[0] & { readonly buckets: number[] }) {
    super(of);
    this.#name = of.name;
    this.#help = of.help;
    this.#edges = of.buckets;
  }

  tell(labels: Readonly<Record<L, string>>, buckets: readonly ToldBucket[]): void {
    const key = JSON.stringify(labels);
    const count = total(buckets);
    if (count >= (this.#series.get(key)?.count ?? 0)) this.#series.set(key, { labels, buckets, count });
  }

  /** Called by the registry. prom-client's own would give what was observed in this process. */
  async getForPromString() {
    const values = [...this.#series.values()].flatMap(({ labels: sharedLabels, buckets, count }) => {
      const upTo = (edge: number) => total(buckets.filter(({ le }) => le <= edge));
      const sum = buckets.reduce((seconds, bucket) => seconds + bucket.sum, 0);
      const line = (part: string, value: number, labels: { readonly le?: number | '+Inf' } = {}) => ({
        metricName: `${this.#name}_${part}`,
        labels,
        sharedLabels,
        value,
      });
      return [
        ...this.#edges.map((le) => line('bucket', upTo(le), { le })),
        line('bucket', count, { le: '+Inf' }),
        line('sum', sum),
        line('count', count),
      ];
    });
    return { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }
}

const total = (buckets: readonly ToldBucket[]): number => buckets.reduce((sum, { count }) => sum + count, 0);
