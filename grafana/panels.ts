import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  MappingType,
  type Panel,
  SpecialValueMatch,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';

/** Set up by grafana/provisioning. */
export const datasource = { type: 'prometheus', uid: 'otklik-prometheus' };

/** A PromQL expression and the name of its series. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface PanelText {
  readonly title: string;
  /** What makes the number credible; behind the «i». */
  readonly about: string;
  /** Grafana's unit id: s, percentunit, short, bool_on_off. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Where the panel turns amber and red; without limits it never does. */
  readonly limits?: { readonly amber: number; readonly red: number };
  /** For shares. */
  readonly lowIsBad?: boolean;
}

/** A share or quantile of nothing. */
const nothing = '—';

/** One number over the chosen time. Width of Grafana's 24 columns. */
export function numberPanel(text: PanelText, width: number): Builder<Panel> {
  const panel = new StatPanel()
    .title(text.title)
    .description(text.about)
    .datasource(datasource)
    .unit(text.unit)
    .span(width)
    .height(4)
    .noValue(nothing)
    .mappings([
      {
        type: MappingType.SpecialValue,
        options: { match: SpecialValueMatch.NullAndNan, result: { text: nothing } },
      },
    ])
    .graphMode(BigValueGraphMode.None)
    .colorMode(text.limits ? BigValueColorMode.Value : BigValueColorMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(thresholds(text));
  for (const query of queries(text, 'instant')) panel.withTarget(query);
  return panel;
}

/** Lines over time; `stacked` for parts of a whole. */
export function linesPanel(
  text: PanelText,
  width: number,
  shape: 'lines' | 'stacked' = 'lines',
): Builder<Panel> {
  const panel = new TimeseriesPanel()
    .title(text.title)
    .description(text.about)
    .datasource(datasource)
    .unit(text.unit)
    .span(width)
    .height(8)
    .min(0)
    .lineWidth(2)
    .fillOpacity(shape === 'stacked' ? 40 : 5)
    .showPoints(VisibilityMode.Auto)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .thresholds(thresholds(text));
  if (shape === 'stacked') panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  for (const query of queries(text, 'range')) panel.withTarget(query);
  return panel;
}

/** A bar for each series, coloured by its state. */
export function statesPanel(
  text: PanelText,
  words: Readonly<Record<string, { text: string; color: string }>>,
  width: number,
): Builder<Panel> {
  const options = Object.fromEntries(
    Object.entries(words).map(([value, word], index) => [value, { ...word, index }]),
  );
  const panel = new StateTimelinePanel()
    .title(text.title)
    .description(text.about)
    .datasource(datasource)
    .span(width)
    .height(8)
    .noValue('нет данных')
    .mappings([{ type: MappingType.ValueToText, options }])
    .thresholds(thresholds(text));
  for (const query of queries(text, 'range')) panel.withTarget(query);
  return panel;
}

function queries({ queries }: PanelText, kind: 'instant' | 'range'): DataqueryBuilder[] {
  return queries.map(({ expr, legend }, index) => {
    const query = new DataqueryBuilder()
      .datasource(datasource)
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode('A'.charCodeAt(0) + index));
    return kind === 'instant' ? query.instant() : query.range();
  });
}

function thresholds({ limits, lowIsBad }: PanelText): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(limits, lowIsBad ?? false));
}

/** As on the board: green in time, amber warned, red breached. */
function steps(limits: PanelText['limits'], lowIsBad: boolean): Threshold[] {
  if (!limits) return [{ value: null, color: 'text' }];
  const [first, last] = lowIsBad ? ['red', 'green'] : ['green', 'red'];
  const [low, high] = lowIsBad ? [limits.red, limits.amber] : [limits.amber, limits.red];
  return [
    { value: null, color: first },
    { value: low, color: 'orange' },
    { value: high, color: last },
  ];
}
