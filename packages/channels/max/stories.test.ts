import { commentStories } from '../testing/commentStories.ts';
import { maxComments } from '../testing/maxComments.ts';

commentStories('max', maxComments);
