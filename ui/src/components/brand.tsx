import { Link } from '@tanstack/react-router';

export function Brand() {
  return (
    <Link to="/experiments" className="brand">
      <img src="/favicon.svg" alt="" width={24} height={24} />
      Sprintlab
    </Link>
  );
}
