import { ActionIcon, Menu, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconBellCheck,
  IconBrandTelegram,
  IconDevicesOff,
  IconDoorEnter,
  IconDoorExit,
  IconLogout,
  IconUserCircle,
  IconUserShare,
  IconUsers,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { signOut } from './api.ts';
import { ChannelStrip } from './ChannelHealth.tsx';
import { useDirectory } from './directory.tsx';
import { Logo } from './Logo.tsx';
import { useTexts } from './locale.tsx';
import { Nav } from './Nav.tsx';
import { LanguageToggle, SchemeToggle } from './Preferences.tsx';
import { CheckDialog, EverywhereDialog, HandOverDialog, LinkDialog } from './pages/PersonDialogs.tsx';
import { usePageTexts } from './pages/usePageTexts.ts';
import { useAway } from './queries.ts';
import { StageCounts } from './StageCounts.tsx';
import { useHeaderHeight } from './useHeaderHeight.ts';
import type { Connection } from './useLive.ts';
import type { Route } from './useRoute.ts';
import type { Me, Wait } from './wire.ts';

const EVERYONE = '';

function ConnectionState({ connection }: { readonly connection: Connection }) {
  const texts = useTexts();
  return (
    <span className="connection" data-connection={connection} role="status">
      <i aria-hidden="true" />
      <span>{texts.connection[connection]}</span>
    </span>
  );
}

interface FilterProps {
  readonly person: string | null;
  readonly onPerson: (person: string | null) => void;
}

function PeopleFilter({ person, onPerson }: FilterProps) {
  const texts = useTexts();
  const { people } = useDirectory();
  return (
    <Select
      className="people-filter"
      aria-label={texts.filter}
      leftSection={<IconUsers size={17} stroke={1.7} />}
      data={[
        { value: EVERYONE, label: texts.everyone },
        ...people.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      value={person ?? EVERYONE}
      onChange={(value) => onPerson(value || null)}
      allowDeselect={false}
      checkIconPosition="right"
      comboboxProps={{ shadow: 'md' }}
    />
  );
}

function AwayItem({ id }: { readonly id: string }) {
  const texts = useTexts();
  const { people } = useDirectory();
  const away = useAway();
  const isAway = people.find((person) => person.id === id)?.away ?? false;
  const Icon = isAway ? IconDoorEnter : IconDoorExit;
  const say = () =>
    away.mutate(
      { person: id, away: !isAway },
      {
        onSuccess: (person) =>
          notifications.show({ message: person.away ? texts.wentAway : texts.cameBack, color: 'gray' }),
        onError: () => notifications.show({ color: 'red', message: texts.errors.action }),
      },
    );
  return (
    <Menu.Item leftSection={<Icon size={17} stroke={1.7} />} disabled={away.isPending} onClick={say}>
      {isAway ? texts.comeBack : texts.stepOut}
    </Menu.Item>
  );
}

type DialogName = 'handOver' | 'link' | 'check' | 'everywhere';

function PersonMenu({ me }: { readonly me: Me }) {
  const texts = useTexts();
  const { people } = usePageTexts();
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const client = useQueryClient();
  const leave = async () => {
    await signOut().catch(() => undefined);
    await client.resetQueries();
  };
  return (
    <>
      <HandOverDialog me={me} opened={dialog === 'handOver'} onClose={() => setDialog(null)} />
      <LinkDialog me={me} opened={dialog === 'link'} onClose={() => setDialog(null)} />
      <EverywhereDialog me={me} opened={dialog === 'everywhere'} onClose={() => setDialog(null)} />
      <CheckDialog me={me} opened={dialog === 'check'} onClose={() => setDialog(null)} />
      <Menu shadow="md" position="bottom-end" width={250}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.menu}>
            <IconUserCircle size={22} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me.name}, {texts.role[me.role]}
          </Menu.Label>
          {me.person !== null && <AwayItem id={me.person} />}
          {me.role !== 'ops' && <PeopleItems open={setDialog} />}
          <Menu.Item leftSection={<IconLogout size={17} stroke={1.7} />} onClick={() => void leave()}>
            {texts.signOut}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDevicesOff size={17} stroke={1.7} />}
            onClick={() => setDialog('everywhere')}
          >
            {people.everywhere}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>
            {texts.product} {me.version}
          </Menu.Label>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function PeopleItems({ open }: { readonly open: (dialog: DialogName) => void }) {
  const { people } = usePageTexts();
  return (
    <>
      <Menu.Item leftSection={<IconUserShare size={17} stroke={1.7} />} onClick={() => open('handOver')}>
        {people.handOverAll}
      </Menu.Item>
      <Menu.Item leftSection={<IconBrandTelegram size={17} stroke={1.7} />} onClick={() => open('link')}>
        {people.link}
      </Menu.Item>
      <Menu.Item leftSection={<IconBellCheck size={17} stroke={1.7} />} onClick={() => open('check')}>
        {people.check}
      </Menu.Item>
    </>
  );
}

interface Props extends FilterProps {
  readonly me: Me;
  readonly waits: readonly Wait[];
  readonly connection: Connection;
  readonly route: Route;
  readonly onRoute: (route: Route) => void;
}

export function Header({ me, waits, connection, person, onPerson, route, onRoute }: Props) {
  const texts = useTexts();
  const header = useHeaderHeight();
  return (
    <header className="header" ref={header}>
      {me.demo && (
        <div className="demo-ribbon">
          <strong>{texts.demo}</strong> {texts.demoHint}
        </div>
      )}
      <div className="header__bar">
        <div className="brand">
          <Logo />
          <span className="brand__name">{texts.product}</span>
        </div>
        <Nav role={me.role} route={route} onRoute={onRoute} />
        <ConnectionState connection={connection} />
        <StageCounts waits={waits} />
        <div className="header__tools">
          <LanguageToggle />
          <SchemeToggle />
          <PersonMenu me={me} />
        </div>
      </div>
      <div className="header__under">
        <ChannelStrip />
        {route === 'board' && <PeopleFilter person={person} onPerson={onPerson} />}
      </div>
    </header>
  );
}
