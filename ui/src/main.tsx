import '@fontsource-variable/inter/wght.css';
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import '@mantine/core/styles.css';
import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/app.css';
import { queryClient } from './app/query-client.ts';
import { routerOf } from './app/router.tsx';
import { theme } from './app/theme.ts';

const colorSchemes = localStorageColorSchemeManager({ key: 'sprintlab-color-scheme' });
const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no place for the page.');

createRoot(place).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorSchemes}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={routerOf(queryClient)} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
