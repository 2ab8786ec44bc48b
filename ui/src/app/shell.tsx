import { ActionIcon, Button, Drawer, Kbd } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { AccountGate } from './account-gate.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Brand } from '../components/brand.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Crumbs } from './crumbs.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';

export function Shell() {
  const isLogin = useRouterState({ select: ({ location }) => location.pathname === '/login' });
  if (isLogin) return <Outlet />;
  return (
    <AccountGate>
      <Frame />
    </AccountGate>
  );
}

function Frame() {
  const [isOpen, menu] = useDisclosure(false);
  return (
    <div className="shell">
      <a href="#content" className="skip">
        Skip to the content
      </a>
      <div className="side">
        <Brand />
        <Navigation />
      </div>
      <div style={{ minWidth: 0 }}>
        <header className="top">
          <ActionIcon
            variant="subtle"
            color="gray"
            className="phone-only"
            aria-label="Open the menu"
            onClick={menu.open}
          >
            <IconMenu2 size={18} />
          </ActionIcon>
          <Crumbs />
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconSearch size={14} aria-hidden />}
            rightSection={
              <Kbd size="xs" aria-hidden>
                ⌘K
              </Kbd>
            }
            onClick={spotlight.open}
            className="wide-only"
          >
            Go to
          </Button>
          <AccountMenu />
        </header>
        <ConnectionBanner />
        <main id="content" className="main" tabIndex={-1} style={{ outline: 'none' }}>
          <Outlet />
        </main>
      </div>
      <Drawer
        opened={isOpen}
        onClose={menu.close}
        size={260}
        title={<Brand />}
        closeButtonProps={{ 'aria-label': 'Close the menu' }}
      >
        <Navigation onChoice={menu.close} />
      </Drawer>
      <Palette />
    </div>
  );
}
