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

/** The data source that grafana/provisioning sets up. */
export const datasource = { type: 'prometheus', uid: 'otklik-prometheus' };

/** One line of a panel: a PromQL expression and how its series are named. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface PanelText {
  readonly title: string;
  /** What the reader should know to believe the number. Shown behind the «i». */
  readonly about: string;
  /** Grafana's unit id: s, percentunit, short, bool_on_off. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** From which value the panel turns amber and red; without them it has no opinion. */
  readonly limits?: { readonly amber: number; readonly red: number };
  /** For shares: the less, the worse. */
  readonly lowIsBad?: boolean;
}

/** For a share or a quantile of nothing. */
const nothing = '—';

/** One number for the chosen time. Width in the 24 columns of Grafana. */
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

/** A bar for each series that is coloured by its state. */
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

/** The colours of the board: green waits in time, amber is warned, red is breached. */
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
