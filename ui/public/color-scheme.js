// Before the first paint, so that a dark page never flashes white. A file of its own: the page allows no inline script.
const wanted = localStorage.getItem('sprintlab-color-scheme') ?? 'auto';
const isDark = wanted === 'dark' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
