import './admin-app/admin-app.ts';

// The page speaks the visitor's language.
document.documentElement.lang = navigator.language;
