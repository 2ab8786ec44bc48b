import { IconPlugConnectedX } from '@tabler/icons-react';
import { useConnection } from '../lib/live.ts';

/** Says that the numbers stand still; goes by itself when the server answers again, and everything is then asked anew. */
export function ConnectionBanner() {
  const connection = useConnection();
  return (
    <div role="status" aria-live="polite">
      {connection === 'lost' && (
        <div className="banner">
          <IconPlugConnectedX size={16} aria-hidden />
          <span>
            <strong style={{ fontWeight: 600 }}>The connection to the server is lost.</strong> What is shown may be old;
            it is refreshed as soon as the server answers.
          </span>
        </div>
      )}
    </div>
  );
}
