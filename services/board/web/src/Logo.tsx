export function Logo({ size = 30 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <path d="M9 2h14a7 7 0 0 1 7 7v9a7 7 0 0 1-7 7h-7.5l-6.2 4.7A.8.8 0 0 1 8 29V25a7 7 0 0 1-6-7V9a7 7 0 0 1 7-7Z" />
      <path
        d="M16 7.5v6.2l4.4 3"
        fill="none"
        stroke="#fff"
        strokeWidth="2.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
