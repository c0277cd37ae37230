import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@fontsource-variable/inter/wght.css';
import './styles/ground.css';
import './styles/header.css';
import './styles/channels.css';
import './styles/lanes.css';
import './styles/waitCard.css';
import './styles/rail.css';
import './styles/gate.css';
import './styles/drawer.css';
import './styles/pages.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { LanguageProvider } from './locale.tsx';
import { createQueries } from './queries.ts';
import { theme } from './theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={createQueries()}>
        <LanguageProvider>
          <Notifications position="bottom-right" limit={3} autoClose={8_000} />
          <App />
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
