import { Link } from '@tanstack/react-router';
import { Empty } from '../components/condition.tsx';
import { Page } from '../components/page.tsx';

export function Missing() {
  return (
    <Page title="There is no such page">
      <Empty title="This address leads nowhere">
        It may have been mistyped. <Link to="/experiments">The experiments</Link> are where everything begins.
      </Empty>
    </Page>
  );
}
