import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { channelPanels } from './channelPanels.ts';
import { datasource } from './panels.ts';
import { responsePanels } from './responsePanels.ts';
import { stepPanels } from './stepPanels.ts';

const sections = [
  { title: 'Ответы клиентам', panels: responsePanels },
  { title: 'Напоминания', panels: stepPanels },
  { title: 'Каналы и очередь', panels: channelPanels },
];

/** How the department answers, and whether Otklik is well. Grafana reads dashboards/otklik.json. */
export function dashboard(): Dashboard {
  const builder = new DashboardBuilder('Отклик')
    .uid('otklik')
    .description('Как быстро клиенты получают ответ человека и всё ли в порядке у самого Отклика')
    .tags(['otklik'])
    .timezone('browser')
    .weekStart('monday')
    .time({ from: 'now-24h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .withVariable(choice('channel', 'Канал', 'otklik_waits_open'))
    .withVariable(choice('owner', 'Ответственный', 'otklik_waits_open'));
  for (const { title, panels } of sections) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels()) builder.withPanel(panel);
  }
  return builder.build();
}

/** The label's values within the chosen time; several may be chosen. */
function choice(label: string, title: string, metric: string): QueryVariableBuilder {
  return new QueryVariableBuilder(label)
    .label(title)
    .datasource(datasource)
    .query(`label_values(${metric}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'Все', value: '$__all' });
}
